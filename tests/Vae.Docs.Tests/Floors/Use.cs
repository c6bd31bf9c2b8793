namespace Vae.Docs.Tests;

/// <summary>A file of a project uses something that another file of it declares.</summary>
/// <param name="From">The using file, relative to the project, with slashes.</param>
/// <param name="Name">The type or member that is used.</param>
/// <param name="To">The declaring file.</param>
internal sealed record Use(string From, string Name, string To)
{
    /// <inheritdoc/>
    public override string ToString() => $"{From} uses {Name} ({To})";
}
