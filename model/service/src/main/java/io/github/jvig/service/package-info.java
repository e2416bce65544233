/**
 * An example of a web service on one session: an image in, the classes as JSON out. A program, not a library: copy what you need.
 */
package io.github.jvig.service;
