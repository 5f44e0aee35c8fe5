// Package dbtest tests the SQL adapters on real databases. It is a module of its own so that database
// drivers never enter the library's requirements.
//
// Tests on PostgreSQL need BETTERAUTH_TEST_POSTGRES, the URL of a database whose user may create
// databases; scripts/postgres.sh starts a suitable server and prints its URL. Without the variable
// they fail.
package dbtest
