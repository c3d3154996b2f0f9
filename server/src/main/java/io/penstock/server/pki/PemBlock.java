package io.penstock.server.pki;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * One block of a PEM file (RFC 7468, and RFC 1421 for the headers of old encrypted keys).
 *
 * @param type the label, such as {@code PRIVATE KEY}
 * @param headers such as {@code Proc-Type: 4,ENCRYPTED}; mostly none
 * @param body decoded
 * @param line where it begins, counted from 1; 0 when the file was DER
 */
@SuppressWarnings("ArrayRecordComponent") // Blocks are never compared; their bytes go straight to a decoder.
record PemBlock(String type, List<String> headers, byte[] body, int line) {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    static boolean isPem(byte[] bytes) {
        return text(bytes).contains(BEGIN);
    }

    /** Whether there is a block that a program that wants certificates in PEM does not know. */
    static boolean holdsPkcs7(byte[] bytes) {
        return text(bytes).contains(BEGIN + "PKCS7" + DASHES) || text(bytes).contains(BEGIN + "CMS" + DASHES);
    }

    /** What stands between blocks is commentary. */
    static List<PemBlock> parse(Source source, byte[] bytes) throws BadMaterialException {
        List<String> lines = text(bytes).lines().map(String::strip).toList();
        List<PemBlock> blocks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            int begin = lines.get(i).indexOf(BEGIN);
            if (begin >= 0 && lines.get(i).endsWith(DASHES)) {
                String label = lines.get(i).substring(begin + BEGIN.length());
                String type = label.substring(0, label.length() - DASHES.length());
                int end = end(source, lines, i, type);
                blocks.add(block(source, type, lines.subList(i + 1, end), i + 1));
                i = end;
            }
        }
        if (blocks.isEmpty()) {
            throw source.bad("a whole PEM block; the first BEGIN line is cut off");
        }
        return blocks;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int end(Source source, List<String> lines, int begin, String type) throws BadMaterialException {
        String wanted = END + type + DASHES;
        for (int i = begin + 1; i < lines.size() && !lines.get(i).startsWith(BEGIN); i++) {
            if (lines.get(i).equals(wanted)) {
                return i;
            }
        }
        throw source.bad(
                wanted + " after the BEGIN of line " + (begin + 1) + "; the block is cut off: copy the file again");
    }

    private static PemBlock block(Source source, String type, List<String> lines, int line)
            throws BadMaterialException {
        List<String> headers = lines.stream().filter(l -> l.contains(": ")).toList();
        String base64 =
                String.join("", lines.stream().filter(l -> !l.contains(": ")).toList());
        try {
            return new PemBlock(type, headers, Base64.getDecoder().decode(base64), line);
        } catch (IllegalArgumentException e) {
            throw source.bad("base64 in the " + type + " block of line " + line + "; the file is damaged");
        }
    }

    /** Where a message may point to. */
    String place() {
        return line == 0 ? "the file" : "the " + type + " block of line " + line;
    }

    boolean isCertificate() {
        return type.equals("CERTIFICATE") || type.equals("X509 CERTIFICATE") || type.equals("TRUSTED CERTIFICATE");
    }

    boolean isPkcs7() {
        return type.equals("PKCS7") || type.equals("CMS");
    }

    boolean isPrivateKey() {
        return type.endsWith("PRIVATE KEY");
    }

    /** What this is, in words for somebody who expected something else. */
    String words() {
        if (isCertificate() || isPkcs7()) {
            return "a certificate";
        }
        return switch (type) {
            case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY" -> "a private key";
            case "ENCRYPTED PRIVATE KEY" -> "an encrypted private key";
            case "CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST" ->
                "a certificate request, which a CA has yet to sign";
            case "PUBLIC KEY", "RSA PUBLIC KEY" -> "a public key";
            case "X509 CRL" -> "a revocation list";
            case "OPENSSH PRIVATE KEY" -> "a key of SSH, which TLS does not use";
            default -> "a block of type " + type;
        };
    }

    /** The block as text again, for those who read text. */
    String text() {
        StringBuilder text = new StringBuilder(BEGIN).append(type).append("-----\n");
        headers.forEach(header -> text.append(header).append('\n'));
        if (!headers.isEmpty()) {
            text.append('\n');
        }
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(body));
        return text.append('\n').append(END).append(type).append("-----\n").toString();
    }

    @Override
    public String toString() {
        return place();
    }
}
