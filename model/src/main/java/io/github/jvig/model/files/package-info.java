/**
 * File handling that several packages share: files that are written whole or not at all, locks between processes, the cache folder,
 * and the reason why a file operation failed. Not exported.
 */
package io.github.jvig.model.files;
