// Go's crypto/tls, a goroutine for each connection, as its users set it up: an echo, a sink of lines or a sink of bytes.
//
//	peer CERT KEY echo|lines|discard
//
// It listens on a free port of 127.0.0.1 and prints it, and ends when it is killed.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"os"
)

var serve = map[string]func(net.Conn){
	"echo": func(c net.Conn) { io.Copy(c, c) },
	"lines": func(c net.Conn) {
		lines := bufio.NewScanner(c)
		for lines.Scan() {
			_ = lines.Bytes()
		}
	},
	"discard": func(c net.Conn) { io.Copy(io.Discard, c) },
}

func main() {
	if len(os.Args) != 4 || serve[os.Args[3]] == nil {
		log.Fatal("usage: peer CERT KEY echo|lines|discard")
	}
	certificate, err := tls.LoadX509KeyPair(os.Args[1], os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go func() {
			defer connection.Close()
			serve[os.Args[3]](connection)
		}()
	}
}
