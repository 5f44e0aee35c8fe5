// Quickstart is a complete web application with accounts: sign-up, verified addresses, sign-in, sessions,
// forgotten passwords, deletion. It keeps everything in one SQLite file and needs nothing but Go:
//
//	go run ./examples/quickstart
//
// Mails are not sent but shown at /dev/inbox, to everybody who can open the page: this is a demonstration.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/betterauth-go/betterauth"
	"github.com/betterauth-go/betterauth/adapter/sqlite"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:3000", "address to listen on")
	file := flag.String("db", "quickstart.db", "database file, made if it is missing")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, *addr, *file); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// run says on out where it serves, serves until ctx ends, then lets requests and mails finish.
func run(ctx context.Context, out io.Writer, addr, file string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	app, err := open(ctx, baseURL(addr, listener.Addr()), file)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: app.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Fprintln(out, "Open", app.baseURL)

	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, server.Shutdown(ctx), app.close(ctx))
}

// application is the parts that live as long as the program.
type application struct {
	baseURL string
	db      *sql.DB
	auth    *betterauth.Auth
	handler http.Handler
}

// open opens the database file, brings its tables up to date and builds the handler.
func open(ctx context.Context, baseURL, file string) (*application, error) {
	secret, err := loadSecret(file + ".secret")
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		return nil, err
	}
	mails := new(inbox)
	auth, err := newAuth(baseURL, secret, db, mails)
	if err == nil {
		err = auth.Migrate(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &application{baseURL, db, auth, newHandler(baseURL, auth, mails)}, nil
}

func newAuth(baseURL, secret string, db *sql.DB, mails *inbox) (*betterauth.Auth, error) {
	return betterauth.New(betterauth.Config{
		AppName:  "Quickstart",
		BaseURL:  baseURL,
		Secret:   secret,
		Database: sqlite.New(db),
		EmailAndPassword: betterauth.EmailAndPassword{
			Enabled:           true,
			SendResetPassword: mails.sender("reset-password", "Reset your password"),
		},
		EmailVerification: betterauth.EmailVerification{
			SendOnSignUp:          new(true),
			SendVerificationEmail: mails.sender("verify-email", "Verify your e-mail address"),
		},
		User: betterauth.UserConfig{
			ChangeEmail: betterauth.ChangeEmail{
				Enabled:                     true,
				SendChangeEmailConfirmation: mails.sender("change-email", "Confirm your new e-mail address"),
			},
			DeleteUser: betterauth.DeleteUser{
				Enabled:                       true,
				SendDeleteAccountVerification: mails.sender("delete-account", "Delete your account"),
			},
		},
	})
}

// close waits for mails that are being sent and closes the database.
func (a *application) close(ctx context.Context) error {
	return errors.Join(a.auth.Close(ctx), a.db.Close())
}

// baseURL is the URL under which a browser on this machine reaches the listener.
func baseURL(addr string, listening net.Addr) string {
	host, _, _ := net.SplitHostPort(addr) // net.Listen has accepted it
	if ip := net.ParseIP(host); host == "" || ip.IsUnspecified() {
		host = "localhost"
	}
	_, port, _ := net.SplitHostPort(listening.String())
	return "http://" + net.JoinHostPort(host, port)
}
