package io.penstock.server.pki;

import io.penstock.server.pki.Examination.ExaminedFile;
import io.penstock.server.pki.Question.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads what an examination is about and what it goes by. */
final class FileExamination {
    private final ExaminationOptions options;
    private final FileAccess files;
    private final Password password;
    private final Problems problems = new Problems();

    FileExamination(ExaminationOptions options, FileAccess files) {
        this.options = options;
        this.files = files;
        this.password = new Password(options.passwordFile().map(Source::named), files);
    }

    Examination examineServer(List<X509Certificate> sent, String address) {
        Role role = options.client() ? Role.CLIENT : Role.SERVER;
        Question question = question(role, Place.server(address));
        ChainExamination examination = examination(question);
        problems.throwIfAny();
        return examination.examine(sent.get(0), sent);
    }

    Examination examine(List<Path> paths) {
        List<ReadFile> read = new ArrayList<>();
        paths.forEach(path ->
                problems.attempt(() -> ReadFile.read(path, files, password)).ifPresent(read::add));
        List<X509Certificate> bag = read.stream()
                .flatMap(file -> file.material().certificates().stream())
                .distinct()
                .toList();
        if (bag.isEmpty()) {
            read.forEach(file -> problems.error(Source.named(file.path())
                    .expected("a certificate; the file holds " + file.material().words())));
        }
        problems.throwIfAny();
        KeyFindings keys = new KeyFindings(read, bag);
        Examination examined = judge(read, bag, keys);
        problems.throwIfAny();
        List<Finding> findings = new ArrayList<>(keys.findings());
        findings.addAll(examined.findings());
        read.forEach(file -> form(file).ifPresent(findings::add));
        return new Examination(
                read.stream()
                        .map(file -> new ExaminedFile(
                                file.path(),
                                file.form().words(),
                                file.material().words()))
                        .toList(),
                examined.chain(),
                examined.further(),
                keys.words(),
                examined.trustedBy(),
                ChainExamination.worstFirst(findings));
    }

    private Examination judge(List<ReadFile> read, List<X509Certificate> bag, KeyFindings keys) {
        if (isOfAuthorities(bag, keys)) {
            return authorities(bag, question(Role.AUTHORITY, place(read, bag)));
        }
        X509Certificate leaf = keys.own().orElseGet(() -> Chains.leafOf(bag));
        Place place = place(read, Chains.sorted(leaf, bag));
        Question question = question(options.client() ? Role.CLIENT : Role.SERVER, place);
        Examination examined = examination(question).examine(leaf, bag);
        List<Finding> findings = new ArrayList<>(examined.findings());
        joining(read, place, examined.chain()).ifPresent(findings::add);
        return new Examination(
                List.of(), examined.chain(), examined.further(), Optional.empty(), examined.trustedBy(), findings);
    }

    /** A file of CAs, such as {@code client-ca} names: of these nobody wants a host's name. */
    private boolean isOfAuthorities(List<X509Certificate> bag, KeyFindings keys) {
        return keys.words().isEmpty()
                && !options.client()
                && options.hostname().isEmpty()
                && bag.stream()
                        .allMatch(one -> one.getBasicConstraints() >= 0
                                && HostNames.of(one).isEmpty());
    }

    private static Examination authorities(List<X509Certificate> bag, Question question) {
        List<Finding> findings = new ArrayList<>();
        bag.forEach(authority -> findings.addAll(LeafChecks.of(authority, question)));
        findings.addAll(StrengthChecks.of(bag, question));
        return new Examination(List.of(), bag, List.of(), Optional.empty(), Optional.empty(), findings);
    }

    private Question question(Role role, Place place) {
        return Question.of(options.clock(), role, options.hostname(), options.hostnameLabel(), place);
    }

    private ChainExamination examination(Question question) {
        Optional<List<X509CRL>> lists = options.crl()
                .map(path -> problems.attempt(() -> new RevocationLists(Source.named(path), files, problems).read())
                        .orElse(List.of()));
        Optional<String> exclusive = options.ca().map(Path::toString);
        Roots roots = options.ca()
                .map(path -> Roots.only(path.toString(), certificates(path)))
                .orElseGet(() -> Roots.ofThisMachine(development()));
        return new ChainExamination(question, roots, exclusive, lists);
    }

    private List<X509Certificate> certificates(Path path) {
        Source source = Source.named(path);
        return problems.attempt(() -> {
                    Material material = new MaterialReader(files, password).read(source, "CA certificates", false);
                    if (material.certificates().isEmpty()) {
                        throw source.bad("CA certificates; the file holds " + material.words());
                    }
                    return material.certificates();
                })
                .orElse(List.of());
    }

    /** One that cannot be read is not trusted, and is for {@code cert dev} to complain about. */
    private Optional<X509Certificate> development() {
        return options.developmentCa()
                .filter(Files::isReadable)
                .flatMap(path -> new Problems()
                        .attempt(() ->
                                new MaterialReader(files, password).read(Source.named(path), "a certificate", false)))
                .flatMap(material -> material.certificates().stream().findFirst());
    }

    private Place place(List<ReadFile> read, List<X509Certificate> chain) {
        List<Path> holding = read.stream()
                .filter(file -> first(file, chain) < chain.size())
                .sorted(Comparator.comparingInt(file -> first(file, chain)))
                .map(ReadFile::pem)
                .toList();
        return new Place(
                holding, read.stream().map(file -> Shell.file(file.path())).collect(Collectors.joining(" ")));
    }

    /** Where a file's first certificate stands in a chain; behind its end when it has none of it. */
    private static int first(ReadFile file, List<X509Certificate> chain) {
        return file.material().certificates().stream()
                .mapToInt(chain::indexOf)
                .filter(index -> index >= 0)
                .min()
                .orElse(chain.size());
    }

    private static Optional<Finding> joining(List<ReadFile> read, Place place, List<X509Certificate> chain) {
        LinkedHashSet<X509Certificate> joined = new LinkedHashSet<>();
        read.stream()
                .sorted(Comparator.comparingInt(file -> first(file, chain)))
                .forEach(file -> joined.addAll(file.material().certificates()));
        joined.retainAll(chain);
        if (place.files().size() < 2 || !List.copyOf(joined).equals(chain)) {
            return Optional.empty();
        }
        return Optional.of(Finding.of(
                Finding.Kind.SEVERAL_FILES,
                "the chain is in " + place.files().size() + " files",
                "no server reads it: they want one",
                "join them, leaf first",
                "cat " + place.joined() + " > " + place.unused("chain.pem")));
    }

    private Optional<Finding> form(ReadFile file) {
        return file.form()
                .toPem(file.path(), options.passwordFile())
                .map(command -> Finding.of(
                        Finding.Kind.FORM,
                        file.path() + " is " + file.form().words(),
                        "Penstock reads it, and most other programs want PEM",
                        "convert it",
                        command));
    }
}
