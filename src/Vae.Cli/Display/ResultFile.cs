using System.Text;
using Vae.Formats;

namespace Vae.Cli;

/// <summary>The destination of a command's rows: a file, or standard output, where then nothing else is written.</summary>
/// <param name="path">The file; <c>-</c> for standard output.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
/// <param name="notation">The notation of the rows.</param>
internal sealed class ResultFile(string path, TextWriter output, TextWriter error, OutputNotation notation = default)
{
    /// <summary>The path that means standard output, and for data standard input.</summary>
    public const string Standard = "-";

    /// <summary>Whether rows go to standard output.</summary>
    public bool IsStandard => path == Standard;

    /// <summary>The destination as it is named in messages.</summary>
    public string Name => IsStandard ? "standard output" : path;

    /// <summary>The writer of lines about the result.</summary>
    public TextWriter Lines => IsStandard ? error : output;

    /// <summary>Says in one line what was written.</summary>
    public void Report(string what) => Lines.WriteLine($"{Name}: {what}");

    /// <summary>Writes rows as a table.</summary>
    /// <param name="columns">The names of the columns.</param>
    /// <param name="write">Writes the rows.</param>
    public void Write(IReadOnlyList<string> columns, Action<CsvOutput> write)
    {
        if (!IsStandard)
        {
            CsvOutput.Write(path, columns, notation, write);
            return;
        }

        using var stream = Open();
        CsvOutput.Write(stream, columns, notation, write);
    }

    private Stream Open() => ReferenceEquals(output, Console.Out) ? Console.OpenStandardOutput() : new WriterStream(output);

    // Bytes of UTF-8 for a writer of text.
    private sealed class WriterStream(TextWriter writer) : Stream
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            var text = new char[_decoder.GetCharCount(buffer, offset, count)];
            writer.Write(text, 0, _decoder.GetChars(buffer, offset, count, text, 0));
        }

        public override void Flush() => writer.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
