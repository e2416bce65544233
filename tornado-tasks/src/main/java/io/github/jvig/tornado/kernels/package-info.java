/**
 * The kernels: static methods that TornadoVM compiles to device code, one file per operation. Start reading at
 * {@link io.github.jvig.tornado.kernels.PointwiseTiles}. {@code run} is the method of a task; it computes the work item that the device asks
 * for. The first coordinate of a work item counts within an image, the second is the index of the image. {@code item} computes the same as
 * plain Java; tests call it for each work item in turn.
 *
 * <p>All maps of a plan are in one array, {@code memory}, with {@code image} floats for each image of the batch. Each map has an offset in
 * the image's floats; its pixels follow row by row, {@code step} floats from one pixel to the next. The first floats of each image are
 * always zero: a convolution reads them in place of pixels outside of its input. The weights of all steps are in one array, too, in the
 * order that each kernel documents. All integer arguments are constants for the device's compiler, because TornadoVM compiles a task for
 * its arguments; so branches on them cost nothing. The kernels for FPGAs ({@link io.github.jvig.tornado.kernels.Pipelined}) differ: they
 * read the integers from memory, so that one circuit computes all layers of an operation, and process all images in one work item. Classes
 * that use {@link io.github.jvig.tornado.kernels.Sizes} hold two forms of a kernel, which both read the integers from memory: {@code run}, or
 * a name for each of several, on a grid, and a method whose name starts with {@code pipelined}, as a single work item. Some have several
 * phases, each a kernel of its own, which leave their results in the step's scratch for the next.
 *
 * <p>Kernels process 16 channels at a time, as a vector. So the step of every map except the image is a multiple of 16. The lanes beyond
 * the last channel hold arbitrary values, which kernels only pass on from lane to lane: they never affect a channel.
 */
package io.github.jvig.tornado.kernels;
