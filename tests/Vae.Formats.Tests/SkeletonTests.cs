namespace Vae.Formats.Tests;

public sealed class SkeletonTests
{
    [Fact]
    public void The_project_is_built() => Assert.Equal("Vae.Formats", System.Reflection.Assembly.Load("Vae.Formats").GetName().Name);
}
