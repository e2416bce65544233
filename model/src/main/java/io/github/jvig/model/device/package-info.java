/**
 * What JViG and a device agree on: a device compiles a graph into an executable, and a provider brings devices from another module.
 */
package io.github.jvig.model.device;
