using Vae.Model;

namespace Vae.Cli;

/// <summary>The file of a table's columns, which people edit.</summary>
internal static class SchemaFile
{
    public static TableSchema Read(string path) => throw new NotImplementedException();

    public static void Write(string path, TableSchema schema) => throw new NotImplementedException();
}
