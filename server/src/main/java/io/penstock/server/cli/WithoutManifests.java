package io.penstock.server.cli;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;

/**
 * The class path as the actor system shall see it: without the jars' manifests. Pekko reads them all at its start, to
 * compare the versions of its modules; the manifest of a signed jar, as BouncyCastle's are, is only had together with
 * a check of the whole signature, which takes longer than everything else of that start.
 */
final class WithoutManifests extends ClassLoader {
    WithoutManifests(ClassLoader parent) {
        super(parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.equals("META-INF/MANIFEST.MF") ? Collections.emptyEnumeration() : super.getResources(name);
    }
}
