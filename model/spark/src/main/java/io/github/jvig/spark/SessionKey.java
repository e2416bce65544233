package io.github.jvig.spark;

import java.io.Serializable;

/**
 * What makes two sessions of an executor the same one.
 *
 * @param application its sessions are closed when it ends
 * @param hash        of the model's bytes
 * @param threads     of the session
 * @param features    whether it gives feature maps
 */
record SessionKey(String application, String hash, int threads, boolean features) implements Serializable {}
