package main

import (
	"context"
	"crypto/des"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"database/sql"
	"fmt"
	"html/template"
	mrand "math/rand"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	// ruleid: go.pprof-exposed
	_ "net/http/pprof"

	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/crypto/ssh"
)

func thumbnails(ctx context.Context, folder string) {
	// ruleid: go.command-shell
	exec.Command("sh", "-c", "mogrify -resize 50% "+folder).Run()
	// ruleid: go.command-shell
	exec.CommandContext(ctx, "bash", "-c", fmt.Sprintf("ls %s", folder)).Run()
	// ok: go.command-shell
	exec.Command("sh", "-c", "uptime | tail -1").Run()
	// ok: go.command-shell
	exec.Command("mogrify", "-resize", "50%", folder).Run()
}

func ping(w http.ResponseWriter, r *http.Request) {
	host := r.FormValue("host")
	// ruleid: go.request-command-taint, go.command-shell
	exec.Command("sh", "-c", "ping -c 1 "+host).Run()
	count, _ := strconv.Atoi(r.FormValue("count"))
	// ruleid: go.command-shell
	// ok: go.request-command-taint
	exec.Command("sh", "-c", fmt.Sprintf("ping -c %d example.org", count)).Run()
}

func findUser(db *sql.DB, name string) {
	// ruleid: go.sql-string-building
	db.Query(fmt.Sprintf("SELECT * FROM users WHERE name = '%s'", name))
	// ruleid: go.sql-string-building
	db.Exec("DELETE FROM users WHERE name = '" + name + "'")
	// ok: go.sql-string-building
	db.Query("SELECT * FROM users WHERE name = $1", name)
	// ok: go.sql-string-building
	db.Query("SELECT * FROM users " + "ORDER BY name")
}

func user(db *sql.DB, w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	query := "SELECT * FROM users WHERE name = '" + name + "'"
	// ruleid: go.request-sql-taint
	db.Query(query)
	// ok: go.request-sql-taint
	db.Query("SELECT * FROM users WHERE name = $1", name)
}

func download(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("file")
	path := filepath.Join("/srv/files", name)
	// ruleid: go.request-path-taint
	http.ServeFile(w, r, path)
	// ruleid: go.request-path-taint
	os.ReadFile("/srv/files/" + name)
	// ok: go.request-path-taint
	os.ReadFile(filepath.Join("/srv/files", filepath.Base(name)))
}

func preview(w http.ResponseWriter, r *http.Request) {
	// ruleid: go.request-url-taint
	http.Get(r.FormValue("url"))
	// ok: go.request-url-taint
	http.Get("https://example.org/status")
}

func clients() []*tls.Config {
	// ruleid: go.tls-skip-verify
	first := &tls.Config{ServerName: "db", InsecureSkipVerify: true}
	// ruleid: go.old-tls
	second := &tls.Config{MinVersion: tls.VersionTLS10}
	// ok: go.tls-skip-verify, go.old-tls
	third := &tls.Config{ServerName: "db", MinVersion: tls.VersionTLS13}
	// ruleid: go.tls-skip-verify
	third.InsecureSkipVerify = true
	return []*tls.Config{first, second, third}
}

func hashes(password []byte) {
	// ruleid: go.weak-hash
	md5.Sum(password)
	// ok: go.weak-hash
	sha256.Sum256(password)
	// ruleid: go.weak-cipher
	des.NewCipher(password)
}

func keys() {
	// ruleid: go.small-rsa-key
	rsa.GenerateKey(rand.Reader, 1024)
	// ok: go.small-rsa-key
	rsa.GenerateKey(rand.Reader, 3072)
}

func connect() *ssh.ClientConfig {
	return &ssh.ClientConfig{
		User: "build",
		// ruleid: go.ssh-insecure-host-key
		HostKeyCallback: ssh.InsecureIgnoreHostKey(),
	}
}

func token(claims jwt.Claims) {
	// ruleid: go.jwt-none
	jwt.NewWithClaims(jwt.SigningMethodNone, claims)
	// ok: go.jwt-none
	jwt.NewWithClaims(jwt.SigningMethodES256, claims)
}

func page(comment string) {
	// ruleid: go.template-unescaped
	show(template.HTML(comment))
	// ok: go.template-unescaped
	show(template.HTML("<b>nobody</b>"))
}

func serve() {
	// ruleid: go.http-no-timeout
	http.ListenAndServe(":8080", nil)
	server := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5}
	// ok: go.http-no-timeout
	server.ListenAndServe()
}

func readAll(names []string) {
	for _, name := range names {
		file, _ := os.Open(name)
		// ruleid: go.defer-in-loop
		defer file.Close()
	}
	file, _ := os.Open("one")
	// ok: go.defer-in-loop
	defer file.Close()
}

func save(data []byte) {
	// ruleid: go.world-writable
	os.Chmod("/var/lib/app/state", 0666)
	// ruleid: go.world-writable
	os.Chmod("/var/lib/app", 0o777)
	// ok: go.world-writable
	os.WriteFile("/var/lib/app/state", data, 0o600)
	_ = mrand.Int()
}
