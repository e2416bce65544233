/**
 * The kernels: static methods that TornadoVM turns into device code, one file for each operation. {@code run} is what a task names; it
 * does the one work item that the device asks for, of which the first number counts within an image and the second is the image.
 * {@code item} is that work item as plain Java, which tests call for each item in turn.
 *
 * <p>All activations of a plan lie in one array, {@code memory}: {@code image} floats for each image of the batch, in them every map at
 * an offset of its own, pixels row by row, {@code step} floats from one pixel to the next. The first floats of each image's share are
 * zero and stay so: what a convolution sees outside its input. Weights of all steps lie in one array too, in the order that each kernel
 * describes. All the integers are constants to the device's compiler, since TornadoVM compiles a task for its arguments; so branches on
 * them cost nothing. Not so for FPGAs: their kernels, {@link io.github.jvig.tornado.kernels.Pipelined}, read them from memory, so that one
 * circuit does for all layers of a kind, and do all items of all images in one work item.
 *
 * <p>Channels are taken sixteen at a time, a vector, so maps but the image have a step that is a multiple of sixteen. What a kernel
 * writes into the lanes behind the last channel is read by nobody but lane by lane.
 */
package io.github.jvig.tornado.kernels;
