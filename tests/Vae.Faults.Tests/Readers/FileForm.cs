namespace Vae.Faults.Tests;

/// <summary>The structure of a file.</summary>
internal enum FileForm
{
    /// <summary>Numbers at fixed places.</summary>
    Binary,

    /// <summary>Numbers at fixed places, packed by gzip.</summary>
    Gzip,

    /// <summary>Text throughout.</summary>
    Json,

    /// <summary>Eight bytes of length, a text of that length, numbers.</summary>
    SafeTensors,

    /// <summary>Lines of fields.</summary>
    Csv,

    /// <summary>Pages of values, and at the end a description of four bytes of length.</summary>
    Parquet,
}
