/** Loads what applications add by services, and says whose fault a failure is. Exported to the other modules of JViG only. */
package io.github.jvig.kernels.services;
