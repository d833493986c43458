package main

import "math/rand"

func session() (string, int) {
	// ruleid: go.math-rand-secret
	sessionToken := letters(rand.Int63())
	// ok: go.math-rand-secret
	delay := rand.Intn(10)
	return sessionToken, delay
}
