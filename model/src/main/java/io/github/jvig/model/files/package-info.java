/**
 * File functions that several packages share: files that are written completely or not at all, locks between processes, the cache folder,
 * and the reasons for failed file operations. Not exported.
 */
package io.github.jvig.model.files;
