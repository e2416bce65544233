/** Text that several packages share: pieces of messages, and the version. Not exported. */
package io.github.jvig.model.text;
