"""An HTTP server that misbehaves by path. Usage: odd_server.py FOLDER [tls]; once it listens, FOLDER/ports has the ports."""

import gzip
import json
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import time

FOLDER = pathlib.Path(sys.argv[1])
OK = b"HTTP/1.1 200 OK\r\n"
connections = 0


def lines(reader):
    while (line := reader.readline()) not in (b"\r\n", b""):
        yield line.decode("latin-1").rstrip("\r\n")


def answer(line, head, body, number, send):
    """Answers one request; true: the connection stays open."""
    path = line.split(" ")[1] if " " in line else ""
    match path.split("?")[0]:
        case "/hang":
            time.sleep(60)
        case "/drip":
            send(OK + b"Content-Length: 1000\r\n\r\n")
            while True:
                send(b"x")
                time.sleep(0.05)
        case "/huge":
            send(OK + b"Content-Length: 10000000000\r\n\r\nx")
        case "/endless":
            send(OK + b"Transfer-Encoding: chunked\r\n\r\n")
            while True:
                send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        case "/heads":
            send(OK)
            while True:
                send(b"X-More: " + b"x" * 1000 + b"\r\n")
        case "/torn":
            send(OK + b"Content-Length: 100\r\n\r\nhalf of it")
        case "/torn-chunk":
            send(OK + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf of it")
        case "/silent":
            pass
        case "/garbage":
            send(b"SSH-2.0-hello\r\n\r\n")
        case "/redirect":
            send(b"HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n")
            return True
        case "/bomb":
            packed = gzip.compress(bytes(50_000_000))
            send(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed)
        case "/interim":
            send(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n" + OK + b"X-Late: yes\r\n")
            send(b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: yes\r\n\r\n")
        case "/twice":
            send(OK + b"X-Twice: 1\r\nx-twice: 2\r\nX-Once: 3\r\nContent-Length: 0\r\n\r\n")
        case "/dead":  # Says that it stays, and goes.
            send(OK + b"Content-Length: 0\r\n\r\n")
        case _:
            echo = {"line": line, "headers": head, "body": body.decode("latin-1"), "connection": number}
            text = json.dumps(echo).encode()
            send(OK + b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
            return True
    return False


def serve(connection, tls):
    global connections
    try:
        if tls:
            connection = tls.wrap_socket(connection, server_side=True)
        connections += 1
        number, reader, stays = connections, connection.makefile("rb"), True
        while stays and (line := reader.readline().decode("latin-1").rstrip("\r\n")):
            head = list(lines(reader))
            length = next((int(h[15:]) for h in head if h.lower().startswith("content-length:")), 0)
            with open(FOLDER / "requests", "a") as log:
                log.write(line + "\n")
            stays = answer(line, head, reader.read(length), number, connection.sendall)
        reader.close()
    except OSError:
        pass
    finally:
        connection.close()


def listen(listener, tls=None):
    def accept():
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0], tls), daemon=True).start()

    listener.listen(128)
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()


def port(tls=None):
    return listen(socket.create_server(("127.0.0.1", 0)), tls)[1]


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, cwd=FOLDER, capture_output=True)


def certificate(name, host, *signing):
    """NAME.pem and NAME.key, for HOST, signed by our authority."""
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", "-subj", f"/CN={name}")
    (FOLDER / f"{name}.ext").write_text(f"subjectAltName={host}\n")
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-extfile", f"{name}.ext", "-out", f"{name}.pem", *signing)


def secure(name, demand_client=False):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{name}.pem", FOLDER / f"{name}.key")
    if demand_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(FOLDER / "ca.pem")
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # Refuses within the handshake.
    return context


def secure_ports():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=test authority")
    certificate("good", "IP:127.0.0.1,DNS:localhost", "-days", "2")
    certificate("other", "DNS:other.example", "-days", "2")
    certificate("expired", "IP:127.0.0.1", "-days", "-1")
    ports = {name: port(secure(name)) for name in ("good", "other", "expired")}
    return {**ports, "mutual": port(secure("good", demand_client=True))}


def main():
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(str(FOLDER / "socket"))
    listen(unix)
    ports = {"plain": port()}
    if "tls" in sys.argv[2:]:
        ports |= secure_ports()
    (FOLDER / "ports.new").write_text(json.dumps(ports))
    (FOLDER / "ports.new").rename(FOLDER / "ports")
    threading.Event().wait()


main()
