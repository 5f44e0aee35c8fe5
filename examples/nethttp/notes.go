package main

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/betterauth-go/betterauth"
)

// notebook keeps the notes of each user.
type notebook struct {
	mu     sync.Mutex
	byUser map[string][]note
}

type note struct {
	Text string `json:"text"`
}

func (n *notebook) list(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	notes := append([]note{}, n.byUser[betterauth.UserFrom(r.Context()).ID]...)
	n.mu.Unlock()
	writeJSON(w, http.StatusOK, notes)
}

func (n *notebook) add(w http.ResponseWriter, r *http.Request) {
	var added note
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&added); err != nil || added.Text == "" {
		writeJSON(w, http.StatusBadRequest, map[string]string{"message": "a note needs a text"})
		return
	}
	user := betterauth.UserFrom(r.Context()) // never nil behind RequireSession
	n.mu.Lock()
	if n.byUser == nil {
		n.byUser = map[string][]note{}
	}
	n.byUser[user.ID] = append(n.byUser[user.ID], added)
	n.mu.Unlock()
	writeJSON(w, http.StatusCreated, added)
}

func (n *notebook) clear(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	delete(n.byUser, betterauth.UserFrom(r.Context()).ID)
	n.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}

// greet answers everybody: UserFrom is nil for a stranger.
func greet(w http.ResponseWriter, r *http.Request) {
	name := "stranger"
	if user := betterauth.UserFrom(r.Context()); user != nil {
		name = user.Name
	}
	writeJSON(w, http.StatusOK, map[string]string{"message": "Hello, " + name})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
