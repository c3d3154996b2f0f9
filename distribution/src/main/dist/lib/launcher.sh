# shellcheck shell=sh
# Shared by bin/penstock, bin/penstock-cds and the ./penstock of a checkout: finds Java, knows the JVM's flags.
# POSIX sh. What runs on every start uses the shell's own means where it can: a fork costs a millisecond.

die() {
  echo "penstock: $*" >&2
  exit 1
}

# Sets $java, $java_major and $java_id (names this JVM among others), or ends with what is wrong.
find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
  else
    java=$(command -v java) || die "no Java found: install a JDK, 17 or newer, or set JAVA_HOME"
  fi
  resolved=$(readlink -f "$java")
  java_version='' java_id='' java_arch='' java_libc=''
  if [ -r "${resolved%/bin/java}/release" ]; then
    while IFS='=' read -r key value; do
      value=${value#\"} value=${value%\"}
      case $key in
        JAVA_VERSION) java_version=$value ;;
        JAVA_RUNTIME_VERSION) java_id=$value ;;
        OS_ARCH) java_arch=$value ;;
        LIBC) java_libc=$value ;;
      esac
    done <"${resolved%/bin/java}/release"
  fi
  if [ -z "$java_version" ]; then # no release file, or a shim in its place: ask, which takes a tenth of a second
    banner=$("$java" -version 2>&1) || die "$java does not run: try '$java -version'"
    java_version=${banner#*version \"}
    java_version=${java_version%%\"*}
    java_id=$(printf '%s' "$banner" | cksum)
    java_id=$java_version-${java_id%% *}
  fi
  java_major=${java_version#1.}
  java_major=${java_major%%[!0-9]*}
  [ "${java_major:-0}" -ge 17 ] || die "Java $java_version found at $java; 17 or newer is needed"
  java_id=${java_id:-$java_version}${java_arch:+-$java_arch}${java_libc:+-$java_libc}
}

# archive_name HOME: sets $archive, the class-data archive of this JVM for the distribution at HOME.
archive_name() {
  # shellcheck disable=SC2034 # for the scripts that read this one
  archive=$1/lib/cds/$java_id.jsa
}

# run_penstock HOME CDS_FLAG ARGUMENT…: becomes the JVM.
run_penstock() {
  home=$1 cds_flag=$2
  shift 2

  # lib/penstock.jar names the jars of lib/ in its manifest, in a fixed order. What is in lib/ext comes behind them: an
  # archive is valid only for a class path that begins as it did in training.
  class_path=$home/lib/penstock.jar
  for jar in "$home"/lib/ext/*.jar; do
    [ ! -e "$jar" ] || class_path=$class_path:$jar
  done

  # conf/ is not on the class path: before the jars, a directory with files in it lets no archive be made.
  set -- -cp "$class_path" io.penstock.server.cli.Main "$@"
  [ ! -e "$home/conf/logback.xml" ] || set -- "-Dlogback.configurationFile=$home/conf/logback.xml" "$@"

  # Scala's lazy values use sun.misc.Unsafe, and BoringSSL is a native library: newer JVMs complain on stderr.
  [ "$java_major" -lt 24 ] || set -- --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED "$@"

  # A tenth less heap for each connection. A product option from 25 on, with an archive of its own in the JDK.
  [ "$java_major" -lt 25 ] || set -- -XX:+UseCompactObjectHeaders "$@"

  # What a flood of handshakes has freed of the native heap glibc keeps, tens of megabytes. From the versions that are known
  # to have the option.
  case $java_libc-$java_version in
    gnu-17.0.1[5-9]* | gnu-17.0.[2-9][0-9]* | gnu-2[2-9]* | gnu-[3-9][0-9]*)
      set -- -XX:TrimNativeHeapInterval=15000 "$@"
      ;;
  esac

  # The serial collector, which the JVM chooses on one core, never gives back what the heap had at the start: a 64th of the
  # machine's memory. With a third of this it collects at every turn. Who sizes the heap sizes it alone: the JVM does not
  # start when this is more than its -Xmx.
  case "${PENSTOCK_OPTS:-} ${JDK_JAVA_OPTIONS:-} ${JAVA_TOOL_OPTIONS:-}" in
    *-Xm[sx]* | *HeapSize* | *RAMPercentage* | *RAMFraction* | *@*) ;;
    *) set -- -XX:InitialHeapSize=96m "$@" ;;
  esac

  # stdout belongs to the processors: whatever the JVM itself says goes to stderr, and a CDS archive that does not fit
  # is not worth a word. The Tier4 thresholds are four times the usual ones: on two cores the optimizing compiler takes
  # its time from the start itself (6 % of it); hot code reaches them a moment later. The collector is the JVM's choice:
  # the serial one starts no faster. When G1 has had nothing to do for a minute, it looks at the heap all the same and gives
  # back what it does not need: an idle server does not keep the memory of a busy hour. The last two are for the event loops,
  # see penstock-loops.conf; without them selectors have threads of their own.
  # shellcheck disable=SC2086 # PENSTOCK_OPTS is a list of words
  exec "$java" \
    -Xshare:auto "$cds_flag" \
    -Xlog:disable '-Xlog:all=warning,cds*=off:stderr' -XX:+DisplayVMOutputToStderr \
    -XX:+ExitOnOutOfMemoryError \
    -XX:G1PeriodicGCInterval=60000 -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 \
    -XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=2400 \
    -XX:Tier4CompileThreshold=60000 -XX:Tier4BackEdgeThreshold=160000 \
    -Dfile.encoding=UTF-8 \
    -Djdk.tls.rejectClientInitiatedRenegotiation=true \
    --add-exports java.base/sun.nio.ch=ALL-UNNAMED \
    -Djava.nio.channels.spi.SelectorProvider=io.penstock.server.loop.LoopSelectorProvider \
    ${PENSTOCK_OPTS:-} "$@"
}
