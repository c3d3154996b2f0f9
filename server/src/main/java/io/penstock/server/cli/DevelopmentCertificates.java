package io.penstock.server.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** How {@code cert dev} comes by the development CA. */
@FunctionalInterface
interface DevelopmentCertificates {
    /**
     * Makes or renews what is missing or about to expire.
     *
     * @param environment says where they are kept
     * @param hostname a further name for the leaf
     * @throws io.penstock.protocol.InvalidSettingsException when they cannot be kept there, or that is no name
     */
    Kept ensure(Map<String, String> environment, Optional<String> hostname);

    /**
     * The files, as PEM.
     *
     * @param action what was done: created, replaced, renewed or kept
     * @param trustCommand a line for a shell that connects and trusts the CA
     */
    record Kept(Path ca, Path cert, Path key, String action, String trustCommand) {}
}
