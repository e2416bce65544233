# shellcheck shell=bash
# Builds for the scripts beside this one, which source it: one build at a time in a checkout, whichever of them asks for it, and nothing is
# used of a build that was killed.

# Starts the script $1 anew, with the arguments behind it, where the caller's shell exports options that change what a script means, to this
# one or to Maven's: no expansion of file names, POSIX mode, failures where nothing matches, functions, files to run first.
clean_shell() {
  local exported
  unset TMOUT # With it, reading from a silent program would end.
  exported=$(declare -p SHELLOPTS BASHOPTS BASH_ENV ENV GLOBIGNORE POSIXLY_CORRECT 2>/dev/null || true)
  if [[ $exported == *'declare -'*x* && $'\n'$exported =~ $'\n''declare -'[a-zA-Z]*x ]]; then
    # An empty name would be an option; a relative one may begin like one.
    exec env -u SHELLOPTS -u BASHOPTS -u BASH_ENV -u ENV -u GLOBIGNORE -u POSIXLY_CORRECT "${BASH:-bash}" -p -- "$@"
  fi
}

# Sets CHECKOUT to the checkout's path as it may stand in a class path, where a colon would end it: an open folder can be named without its
# name, by all processes that this one starts.
class_path_root() {
  # shellcheck disable=SC2034,SC2154 # CHECKOUT is for the script that sources this; root is the script's.
  CHECKOUT=$root
  if [[ $root == *:* ]]; then
    if [[ ! -d /proc/$$/fd ]]; then
      echo "$name: $root has a colon in its name, which a class path can't hold; rename the folder" >&2
      exit 1
    fi
    exec 4<"$root"
    # shellcheck disable=SC2034
    CHECKOUT=/proc/$$/fd/4
  fi
}

# What a build makes in the folder of a module.
BUILT=(classes test-classes maven-status maven-archiver generated-sources generated-test-sources dependency)

# Sets up a build of the caller.
#   $1  the name of the script, for messages
#   $2  the folder of the module that it starts
#   $3  the file that says that it was built, newer than all of its sources
#   $4  the modules that Maven is to build, and those that they need
#   ..  the folders of all of these, whose sources count
prepare_build() {
  name=$1 build=$root/$2/target stamp=$root/$2/target/$3 modules=$4
  shift 4
  inputs=("$root/pom.xml")
  local module
  for module in "$@"; do
    inputs+=("$root/$module/pom.xml" "$root/$module/src/main")
  done
  # All builds write the kernels.
  lock=$root/kernels/target/jvig.lock
  # There from the beginning of a build until it has succeeded.
  unfinished=$root/kernels/target/jvig.unfinished
}

# Whether the stamp says so; a script may ask for more by another is_built.
is_stamped() {
  [[ -f $stamp && ! -e $unfinished && -z $(find "${inputs[@]}" -newer "$stamp" -print) ]]
}

is_built() {
  is_stamped
}

# Removes what a build left that was killed, or failed, perhaps for want of space: a file may be there in part, with a time that says that it
# is newer than what it is made of.
remove_unfinished() {
  local module folder
  for module in kernels model model/cli model/spark bench tornado-tasks; do
    for folder in "${BUILT[@]}"; do
      rm -rf "$root/$module/target/$folder"
    done
    rm -f "$root/$module/target"/*.jar "$root/$module/target"/*.stamp
  done
}

build() {
  local why='first use' started=$build/$name.started
  [[ -f $stamp ]] && why='its sources have changed'
  [[ -e $unfinished ]] && why='the last build failed or was killed'
  if ! command -v mvn >/dev/null; then
    echo "$name: Maven is needed to build it; install Maven 3.6.3 or newer so that mvn is on PATH" >&2
    return 1
  fi
  echo "$name: building with Maven ($why) ..." >&2
  [[ ! -e $unfinished ]] || remove_unfinished
  mkdir -p "$build"
  : >"$unfinished"
  rm -rf "$stamp" "$build/dependency" "$build"/jvig-*.jar
  # What is edited during the build is newer than the build.
  touch "$started"
  # JAVA25_HOME shows the JDK to the toolchain plugin; Maven itself runs on any JDK. The lock names Maven too: it goes on where this call is
  # killed.
  if ! (
    cd -- "$root"
    [[ -n ${JAVA_HOME:-} ]] || command -v java >/dev/null || export JAVA_HOME=$JDK_HOME
    export "JAVA${JVIG_JDK}_HOME=$JDK_HOME"
    # shellcheck disable=SC2016 # The inner shell has a number of its own, which Maven keeps.
    sh -c 'ln -sf "$1-$$" "$2.$1" && mv -f "$2.$1" "$2" && shift 2 && exec "$@"' sh "$$" "$lock" \
      mvn -q -B -pl "$modules" -am "$SKIP_TESTS" -Dformatter.skip package dependency:copy-dependencies \
      -DincludeScope=runtime 2>&1 | sed "s/$(printf '\033')\[[0-9;]*m//g"
  ) >&2; then
    echo "$name: the build failed; what Maven says is above" >&2
    return 1
  fi
  mv -f "$started" "$stamp"
  rm -f "$unfinished"
}

# Whether all processes with these numbers, with dashes between them, have ended. One with this call's own number has: a container gives the
# same numbers again.
is_gone() {
  local number IFS=-
  [[ -n $1 ]] || return 1
  for number in $1; do
    [[ $number == "$$" ]] || { ! kill -0 "$number" 2>/dev/null && ! ps -p "$number" >/dev/null 2>&1; } || return 1
  done
}

# Removes the lock of an owner that is gone. One call at a time does, and looks again first: else it could remove the lock of a call that has
# taken its place since.
remove_lock_of() {
  local guard=$lock.removal
  if ln -sn "$$" "$guard" 2>/dev/null; then
    [[ $(readlink "$lock" || true) != "$1" ]] || rm -f "$lock"
    rm -f "$guard"
  elif is_gone "$(readlink "$guard" || true)"; then
    rm -f "$guard"
  else
    sleep 0.1
  fi
}

# Ends this call's build, if it is under way, and then its lock. Where Maven does not end, its lock stays.
leave_build() {
  local owner
  owner=$(readlink "$lock" || true)
  case $owner in
    "$$") rm -f "$lock" ;;
    "$$"-*)
      kill "${owner#*-}" 2>/dev/null || true
      is_gone "${owner#*-}" && rm -f "$lock"
      ;;
  esac
}

# One build at a time, whoever else calls. The lock is a symbolic link that leads to the owner's number, so it is never without one.
build_once() {
  local owner said=
  if ! mkdir -p "${lock%/*}" 2>/dev/null || [[ ! -w ${lock%/*} ]]; then
    echo "$name: can't build: ${lock%/*} can't be written" >&2
    return 1
  fi
  until ln -sn "$$" "$lock" 2>/dev/null; do
    if [[ ! -L $lock && ! -w ${lock%/*} ]]; then
      echo "$name: can't build: ${lock%/*} can't be written" >&2
      return 1
    fi
    owner=$(readlink "$lock" || true)
    if is_gone "$owner"; then
      remove_lock_of "$owner"
    else
      [[ -n $said ]] || echo "$name: waiting for another build to end (it holds $lock)" >&2
      said=yes
      sleep 1
    fi
  done
  trap leave_build EXIT
  if ! is_built; then
    build
  fi
  trap - EXIT
  rm -f "$lock"
}
