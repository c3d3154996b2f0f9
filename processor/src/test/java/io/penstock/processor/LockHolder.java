package io.penstock.processor;

import java.io.IOException;
import java.nio.file.Path;

/** A second process that holds a file's lock until its standard input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        LockFile lock = LockFile.acquire(Path.of(args[0]));
        System.out.println("locked");
        System.in.readAllBytes();
        lock.close();
    }
}
