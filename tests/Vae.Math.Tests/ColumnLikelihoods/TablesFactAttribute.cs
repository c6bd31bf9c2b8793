namespace Vae.Math.Tests;

/// <summary>A fact about real tables, skipped where the environment variable VAE_TABLES_DIR does not name their folder.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TablesFactAttribute : FactAttribute
{
    public TablesFactAttribute()
    {
        if (string.IsNullOrEmpty(Folder))
        {
            Skip = "Needs real tables: set VAE_TABLES_DIR to the folder that has mixed/mlc_churn.csv.";
        }
    }

    public static string? Folder => Environment.GetEnvironmentVariable("VAE_TABLES_DIR");
}
