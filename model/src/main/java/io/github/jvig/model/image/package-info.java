/**
 * Pictures: files and bytes in, 8-bit RGB out. {@link io.github.jvig.model.image.Images} decodes one picture,
 * {@link io.github.jvig.model.image.ImageFiles} finds those of a folder, {@link io.github.jvig.model.image.RgbImage} holds the pixels, and
 * {@link io.github.jvig.model.image.Interpolation} resizes them.
 *
 * <p>JPEG, PNG, GIF, BMP, TIFF and WebP have a decoder each, named after the format, and the parts of a format are named with it
 * ({@code JpegScan}, {@code Vp8Filter}). They are part of this module, without ImageIO and its registry, for three reasons: their bytes are
 * those of PIL, which nets are evaluated with; time and memory are bounded by the file's size and the picture's declared size; and they
 * work in any class loader.
 *
 * <p>Alpha is dropped, color profiles are ignored, and a resized image has the same bytes as PIL's.
 */
package io.github.jvig.model.image;
