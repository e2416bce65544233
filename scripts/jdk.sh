# shellcheck shell=sh
# Finds a JDK for the scripts beside this one, which source it. Plain POSIX shell.

JVIG_JDK=25

# Whether $1 is the home of a JDK that is new enough. Read from its release file, since starting a JVM to ask takes longer.
is_jdk() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        major=${line#JAVA_VERSION=}
        major=${major#\"}
        major=${major%%[!0-9]*}
        [ "${major:-0}" -ge "$JVIG_JDK" ]
        return
        ;;
    esac
  done <"$1/release"
  return 1
}

# Sets JAR to the jar in folder $1 whose name begins with $2, but for those of sources and documentation that a release puts beside it.
find_jar() {
  for JAR in "$1/$2"-*.jar; do
    case $JAR in
      *-sources.jar | *-javadoc.jar) ;;
      *) return 0 ;;
    esac
  done
}

# Sets LARGE_PAGES to the option that asks for a heap in large pages, where the kernel grants them to who asks. Weights then stream through
# fewer address translations, one or two percent; but it costs some tenths of a second at the start, so it is for long runs.
# shellcheck disable=SC2034 # LARGE_PAGES is for the script that sources this.
find_large_pages() {
  LARGE_PAGES=
  if grep -qs '\[madvise\]' /sys/kernel/mm/transparent_hugepage/enabled; then
    LARGE_PAGES=-XX:+UseTransparentHugePages
  fi
}

# The JVM writes its warnings to standard output, where a command's results are, and so it does with why it can't start.
# shellcheck disable=SC2034 # It is for the script that sources this.
JVM_WARNINGS='-XX:+DisplayVMOutputToStderr -Xlog:disable -Xlog:all=warning:stderr'

# Sets COLLECTOR to the option for G1, under which large arrays lie on cache lines; to nothing if JVIG_JAVA_OPTIONS has a collector.
# shellcheck disable=SC2034 # COLLECTOR is for the script that sources this.
find_collector() {
  COLLECTOR=-XX:+UseG1GC
  for option in ${JVIG_JAVA_OPTIONS:-}; do
    case $option in
      -XX:+Use*GC | -XX:+AggressiveHeap) COLLECTOR= ;;
    esac
  done
}

# The home of the java on PATH, links followed; nothing when there is none.
path_java_home() {
  java=$(command -v java) || return 0
  while [ -L "$java" ]; do
    link=$(readlink "$java")
    case $link in
      /*) java=$link ;;
      *) java=${java%/*}/$link ;;
    esac
  done
  (cd "${java%/*}/.." && pwd -P)
}

# Sets JDK_HOME to the first JDK that is new enough: JVIG_JAVA_HOME, JAVA_HOME, java on PATH, then the usual places.
find_jdk() {
  if [ -n "${JVIG_JAVA_HOME:-}" ]; then
    JDK_HOME=$JVIG_JAVA_HOME
    is_jdk "$JDK_HOME" && return
    echo "jvig: JVIG_JAVA_HOME=$JVIG_JAVA_HOME is not a JDK $JVIG_JDK or newer" >&2
    return 1
  fi
  for JDK_HOME in "${JAVA_HOME:-}" "$(path_java_home)" \
    /usr/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* /usr/java/*; do
    is_jdk "$JDK_HOME" && return
  done
  echo "jvig: no JDK $JVIG_JDK or newer was found; get one from https://adoptium.net and set JAVA_HOME to its folder" >&2
  return 1
}
