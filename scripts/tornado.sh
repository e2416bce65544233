# shellcheck shell=sh
# Finds a TornadoVM SDK for the scripts beside this one, which source it. Plain POSIX shell.

TORNADO_VERSION=5.2.0-jdk25

# Sets TORNADO to the SDK that TORNADOVM_HOME names, else to SDKMAN's; or says in TORNADO_MISSING what is missing, in one line. TORNADO_NATIVE is
# an option of java, or empty: the argfile of the CUDA backend does not allow it native code, so the JVM would warn of it in four lines.
find_tornado() {
  TORNADO_MISSING=
  TORNADO_NATIVE=
  TORNADO=${TORNADOVM_HOME:-}
  if [ -z "$TORNADO" ]; then
    TORNADO=${SDKMAN_DIR:-${HOME:-}/.sdkman}/candidates/tornadovm/current
    if [ ! -d "$TORNADO" ]; then
      TORNADO_MISSING="TornadoVM's SDK is missing: install it (sdk install tornadovm $TORNADO_VERSION-opencl, or a release archive from github.com/beehive-lab/TornadoVM) and set TORNADOVM_HOME to its folder"
      return 1
    fi
  fi
  if [ ! -d "$TORNADO" ]; then
    TORNADO_MISSING="TORNADOVM_HOME=$TORNADO is no folder"
  elif [ ! -f "$TORNADO/share/java/tornado/tornado-api-$TORNADO_VERSION.jar" ]; then
    TORNADO_MISSING="$TORNADO is no TornadoVM SDK of version $TORNADO_VERSION: it has no share/java/tornado/tornado-api-$TORNADO_VERSION.jar"
  elif [ ! -f "$TORNADO/tornado-argfile" ]; then
    TORNADO_MISSING="$TORNADO has no tornado-argfile; make it from its tornado-argfile.template, with that folder for \${TORNADOVM_HOME}"
  fi
  if grep -qs cuda "$TORNADO/etc/tornado.backend"; then
    # shellcheck disable=SC2034 # The scripts that source this one use it.
    TORNADO_NATIVE=--enable-native-access=tornado.drivers.cuda
  fi
  [ -z "$TORNADO_MISSING" ]
}
