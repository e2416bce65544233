/**
 * Text functions that several packages share: parts of messages, and the version. Not exported.
 */
package io.github.jvig.model.text;
