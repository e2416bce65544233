/** What this JVM tells of itself, and what it was made without. */
package io.github.jvig.model.jvm;
