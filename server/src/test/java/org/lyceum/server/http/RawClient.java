package org.lyceum.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly the bytes that it is told to, and can be slow, silent or gone. */
public final class RawClient implements AutoCloseable {
    private final Socket socket;

    public RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
    }

    /** A client that takes few bytes before it must read. */
    public static RawClient withSmallWindow(int port) throws IOException {
        return new RawClient(port, 1024);
    }

    private RawClient(int port, int window) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(window);
        socket.setSoTimeout(20_000);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    public RawClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    /** A POST of JSON with all that it needs. */
    public RawClient post(String path, String body) throws IOException {
        return send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body);
    }

    /** What comes until {@code end} is in it, or the connection is closed. */
    public String readUntil(String end) {
        var text = new StringBuilder();
        try {
            for (int c; text.indexOf(end) < 0 && (c = socket.getInputStream().read()) >= 0;) {
                text.append((char) c);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server neither answered nor closed; so far: " + text, e);
        } catch (IOException e) {
            return text + "\n[" + e.getMessage() + "]";
        }
        return text.toString();
    }

    /** What comes until the server closes the connection. */
    public String readAll() {
        return readUntil("\0never");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
