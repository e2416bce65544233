"""The transformers of jvig-spark for PySpark: each passes its params on to the class of the same name in the JVM.

The file is inside the jar of jvig-spark, so that spark-submit --packages and --py-files find it there.
"""
import sys

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

_JAVA_PACKAGE = "io.github.jvig.spark."

# PySpark looks for the Python class of a saved pipeline's stage in a module that is named like the package of its Java class.
sys.modules.setdefault(_JAVA_PACKAGE[:-1], sys.modules[__name__])


def _param(name, doc, converter):
    return Param(Params._dummy(), name, doc, typeConverter=converter)


class _ModelTransformer(JavaTransformer, JavaMLWritable):
    inputCol = _param("inputCol", "name of the column that is read", TypeConverters.toString)
    outputCol = _param("outputCol", "name of the column with the results", TypeConverters.toString)
    errorCol = _param("errorCol", "name of the column that says why a row has no result", TypeConverters.toString)
    model = _param("model", "name of a net, or an ONNX file", TypeConverters.toString)
    weights = _param("weights", "checkpoint of the net: a file, or hf:owner/repo[@revision]/file", TypeConverters.toString)
    ema = _param("ema", "whether the checkpoint's moving average of the weights is used", TypeConverters.toBoolean)
    stateDict = _param("stateDict", "key of the checkpoint whose tensors are used (default: the trained weights)", TypeConverters.toString)
    size = _param("size", "size of the input in pixels, as 224 or HEIGHTxWIDTH (default: the model's own)", TypeConverters.toString)
    threads = _param("threads", "threads of an executor's session (default: spark.task.cpus)", TypeConverters.toInt)
    batchSize = _param("batchSize", "rows per run of the model", TypeConverters.toInt)
    failOnError = _param("failOnError", "whether a row without a result fails the job", TypeConverters.toBoolean)

    def __init__(self, **params):
        super().__init__()
        self._java_obj = self._new_java_obj(_JAVA_PACKAGE + type(self).__name__, self.uid)
        self.setParams(**params)

    def setParams(self, **params):
        """Sets params by name, such as setParams(model="mobilevig_ti", batchSize=4)."""
        return self._set(**params)

    @classmethod
    def load(cls, path):
        """Loads what write().save(path) has saved, here or in another language."""
        from pyspark import SparkContext

        loaded = cls()
        java_class = SparkContext._active_spark_context._jvm
        for part in (_JAVA_PACKAGE + cls.__name__).split("."):
            java_class = getattr(java_class, part)
        loaded._java_obj = java_class.load(path)
        loaded._resetUid(loaded._java_obj.uid())
        loaded._transfer_params_from_java()
        return loaded


class _ImageTransformer(_ModelTransformer):
    exif = _param("exif", "whether images are turned as their EXIF orientation says", TypeConverters.toBoolean)
    pathCol = _param("pathCol", "name of a column with the images' names for errors; not needed", TypeConverters.toString)


class ImageClassifier(_ImageTransformer):
    """Classifies images; the output column is a struct of label, index, probability and top."""

    topK = _param("topK", "how many classes are given", TypeConverters.toInt)
    labels = _param("labels", "names of the classes (default: the model's)", TypeConverters.toListString)


class FeatureExtractor(_ImageTransformer):
    """Makes vectors of images."""

    stride = _param("stride", "stride of the feature map (default: the largest)", TypeConverters.toInt)
    pool = _param("pool", "whether each channel of the map becomes its mean", TypeConverters.toBoolean)


class TensorModel(_ModelTransformer):
    """Runs arrays of floats, or vectors, through a model."""
