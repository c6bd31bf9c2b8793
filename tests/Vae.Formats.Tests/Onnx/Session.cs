using Microsoft.ML.OnnxRuntime;

namespace Vae.Formats.Tests;

/// <summary>ONNX Runtime on one thread: the files are small, and the tests are many.</summary>
internal static class Session
{
    public static InferenceSession Open(string path)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        return new InferenceSession(path, options);
    }
}
