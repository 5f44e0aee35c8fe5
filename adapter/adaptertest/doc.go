// Package adaptertest is the conformance suite of database adapters. An adapter passes it or is not
// one: every promise of [adapter.Adapter] is checked, under concurrency where that matters.
//
//	func TestConformance(t *testing.T) {
//		adaptertest.Run(t, func(t *testing.T, s *adapter.Schema) adapter.Adapter {
//			db := openEmptyDatabase(t)
//			createTables(t, db, s)
//			return mydb.New(db)
//		})
//	}
package adaptertest
