package main

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/betterauth-go/betterauth"
)

// inboxSize is how many mails are kept.
const inboxSize = 1000

// inbox takes the place of a mail server: it keeps mails in memory and shows them at /dev/inbox.
type inbox struct {
	mu    sync.Mutex
	mails []mail
}

// mail is one message: a subject and the link that it is about.
type mail struct {
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	URL     string    `json:"url"`
	Kind    string    `json:"kind"`
	SentAt  time.Time `json:"sentAt"`
}

// sender returns a callback for the configuration. A real application would send the mail here; this runs
// in the background, so that nobody waits for it.
func (in *inbox) sender(kind, subject string) func(context.Context, betterauth.Mail) error {
	return func(_ context.Context, m betterauth.Mail) error {
		in.add(mail{To: m.User.Email, Subject: subject, URL: m.URL, Kind: kind, SentAt: time.Now().UTC()})
		return nil
	}
}

func (in *inbox) add(m mail) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.mails = append(in.mails, m)
	if excess := len(in.mails) - inboxSize; excess > 0 {
		in.mails = slices.Delete(in.mails, 0, excess)
	}
}

// list returns the mails, newest last.
func (in *inbox) list() []mail {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]mail{}, in.mails...)
}

// ServeHTTP answers the mails as JSON, for tests and scripts.
func (in *inbox) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(in.list()) // the client may be gone
}
