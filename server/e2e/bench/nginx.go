package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"time"
)

// nginxConf is how Debian sets nginx up, but for what a measurement is not about: no
// log, as the program keeps none, no end to a connection, and everything in a folder
// of its own. Debian's nginx has no brotli, so those bytes are a second file.
const nginxConf = `user %[1]s;
worker_processes auto;
daemon off;
pid nginx.pid;
error_log stderr;
events { worker_connections 768; }
http {
	sendfile on;
	tcp_nopush on;
	access_log off;
	keepalive_requests 100000000;
	default_type text/html;
	client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
	server {
		listen %[2]s;
		location = / { root %[3]s; try_files /%[4]s =404; }
		location = /packed { root %[3]s; try_files /%[4]s%[5]s =404; add_header Content-Encoding br; }
	}
}
`

// findNginx is where nginx is; "" if it is not installed.
func findNginx() string {
	path, _ := exec.LookPath("nginx")
	aside, _ := exec.LookPath("/usr/sbin/nginx") // in no search path but root's
	return cmp.Or(path, aside)
}

// openPacked takes the public page in brotli from nginx.
func openPacked(w *wire) error {
	status, err := w.get("/packed", "Accept-Encoding: "+brotli+"\r\n")
	return expect(http.StatusOK, status, err)
}

// serveNginx starts nginx in a folder of its own on a port that is free.
func (s *stage) serveNginx(ctx context.Context, nginx, folder string) (*process, error) {
	me, err := user.Current() // the files are readable for nobody else
	if err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs(folder)
	if err == nil {
		err = os.Mkdir(root, 0o700)
	}
	if err != nil {
		return nil, err
	}
	page, err := filepath.Abs(s.publicFile())
	if err != nil {
		return nil, err
	}
	conf := fmt.Sprintf(nginxConf, me.Username, address, filepath.Dir(page), filepath.Base(page), brotli)
	if err := os.WriteFile(filepath.Join(root, "nginx.conf"), []byte(conf), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, nginx, "-p", root, "-c", "nginx.conf", "-e", "stderr")
	cmd.Stderr = os.Stderr
	p := &process{cmd: cmd, address: address, began: time.Now()}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return p, p.awaited()
}

// freeAddress is one on which nobody listens.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// awaited waits until a server that says nothing listens.
func (p *process) awaited() (err error) {
	for time.Since(p.began) < patience/10 {
		var conn net.Conn
		if conn, err = net.Dial("tcp", p.address); err == nil {
			return conn.Close()
		}
		time.Sleep(pause)
	}
	p.kill()
	return fmt.Errorf("%s does not listen: %w", p.cmd.Path, err)
}
