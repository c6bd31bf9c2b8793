#:package ParquetSharp@25.0.1.2
#:package DuckDB.NET.Data.Full@1.5.6.1

// Writes the Parquet files of this folder with two writers that have nothing in common with ours: Apache Arrow's (ParquetSharp is
// a wrapper around its C++ library, the one of pandas' to_parquet and of R's arrow) and DuckDB's. Copy it to an empty folder,
// and there:
//   dotnet run generate.cs
// The files are committed, so that the tests need neither writer. GoldenRow.cs has the same values.

using ParquetSharp;

const int Rows = 120;
bool Hole(int i, int every) => i % every == every - 1;

Arrow("arrow-snappy.parquet", Rows, with => with.Compression(Compression.Snappy));
Arrow("arrow-zstd-groups.parquet", 50, with => with.Compression(Compression.Zstd));
Arrow("arrow-brotli-groups.parquet", 70, with => with.Compression(Compression.Brotli).DisableStatistics());
Arrow("arrow-gzip-pages.parquet", Rows, with
    => with.Compression(Compression.Gzip).DisableDictionary().WriteBatchSize(16).DataPagesize(64));
Arrow("arrow-lz4-pages.parquet", Rows, with => with.Compression(Compression.Lz4).WriteBatchSize(32).DataPagesize(64));
Arrow("arrow-lz4-hadoop.parquet", Rows, with => with.Compression(Compression.Lz4Hadoop));
foreach (var version in new[] { ParquetDataPageVersion.V1, ParquetDataPageVersion.V2 })
{
    Arrow($"arrow-encodings-{version}.parquet".ToLowerInvariant(), Rows, with =>
    {
        with.Compression(Compression.Snappy).DisableDictionary().DataPageVersion(version);
        with.Encoding("flag", Encoding.Rle).Encoding("sure", Encoding.Rle);
        foreach (var name in new[] { "tiny", "word", "uint", "ms", "us" })
        {
            with.Encoding(name, Encoding.DeltaBinaryPacked);
        }

        foreach (var name in new[] { "int", "long", "float", "double", "half", "price" })
        {
            with.Encoding(name, Encoding.ByteStreamSplit);
        }

        with.Encoding("text", Encoding.DeltaLengthByteArray).Encoding("other", Encoding.DeltaByteArray);
    });
}

using var duck = new DuckDB.NET.Data.DuckDBConnection("DataSource=:memory:");
duck.Open();
Sql("set threads=1");
Sql($"""
    create table t as select
      case when i%7=6 then null else i%3=0 end as flag, i%5<2 as sure, (i%200-100)::tinyint as tiny, (i*200)::usmallint as word,
      case when i%4=3 then null else (i*i-1000)::int end as "int", (4294967295-i)::uinteger as "uint",
      (i-150)::bigint*10000000000 as "long",
      case when i%9=8 then null else 18446744073709551615::ubigint-i::ubigint end as "ulong",
      (i*0.5)::float as "float", case when i%5=4 then null else sqrt(i) end as "double",
      case when i%8=7 then null when i%3=0 then 'Köln' when i%3=1 then '' else 'New York' end as text,
      'row ' || lpad(i::text, 4, '0') || ' of the table' as other,
      ('00000000-0000-0000-0000-' || lpad(i::text, 12, '0'))::uuid as id,
      case when i%10=9 then null else date '2020-01-01' + (i*100-20000)::int end as day,
      (timestamp '2020-01-01' + to_milliseconds(i*12345))::timestamp_ms as ms,
      case when i%3=2 then null else timestamp '2020-01-01' + to_microseconds(i*1234567) end as us,
      (timestamp '2020-01-01' + to_microseconds(i*123456))::timestamp_ns as ns,
      case when i%11=10 then null else time '00:00:00' + to_milliseconds(i*1500) end as clock,
      case when i%12=11 then null else (i*1.001::decimal(28,3)-100)::decimal(28,3) end as price,
      case when i%2=1 then null else 'x'::blob end as bytes, [1,2] as list
    from range({Rows}) r(i)
    """);
Sql("copy t to 'duckdb-snappy.parquet' (format parquet)");
Sql("copy t to 'duckdb-zstd-v2.parquet' (format parquet, compression zstd, parquet_version v2)");

void Sql(string sql)
{
    using var command = duck.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}

void Arrow(string name, int groupRows, Action<WriterPropertiesBuilder> set)
{
    using var builder = new WriterPropertiesBuilder();
    set(builder);
    using var properties = builder.Build();
    Column[] columns =
    [
        new Column<bool?>("flag"), new Column<bool>("sure"), new Column<sbyte>("tiny"), new Column<ushort>("word"),
        new Column<int?>("int"), new Column<uint>("uint"), new Column<long>("long"), new Column<ulong?>("ulong"),
        new Column<float>("float"), new Column<double?>("double"), new Column<Half?>("half"),
        new Column<string?>("text"), new Column<string>("other"), new Column<Guid>("id"),
        new Column<Date?>("day"), new Column<DateTime>("ms", LogicalType.Timestamp(true, TimeUnit.Millis)),
        new Column<DateTime?>("us", LogicalType.Timestamp(false, TimeUnit.Micros)),
        new Column<DateTimeNanos>("ns", LogicalType.Timestamp(false, TimeUnit.Nanos)),
        new Column<TimeSpan?>("clock", LogicalType.Time(true, TimeUnit.Micros)),
        new Column<decimal?>("price", LogicalType.Decimal(28, 3)),
        new Column<byte[]?>("bytes"), new Column<int?[]?>("list"),
    ];
    using var file = new ParquetFileWriter(name, columns, properties);
    for (var from = 0; from < Rows; from += groupRows)
    {
        var rows = Enumerable.Range(from, Math.Min(groupRows, Rows - from)).ToArray();
        using var group = file.AppendRowGroup();
        var day = new DateTime(2020, 1, 1);
        Put<bool?>(i => Hole(i, 7) ? null : i % 3 == 0);
        Put(i => i % 5 < 2);
        Put(i => (sbyte)(i % 200 - 100));
        Put(i => (ushort)(i * 200));
        Put<int?>(i => Hole(i, 4) ? null : i * i - 1000);
        Put(i => uint.MaxValue - (uint)i);
        Put(i => (i - 150L) * 10_000_000_000);
        Put<ulong?>(i => Hole(i, 9) ? null : ulong.MaxValue - (ulong)i);
        Put(i => i * 0.5f);
        Put<double?>(i => Hole(i, 5) ? null : Math.Sqrt(i));
        Put<Half?>(i => Hole(i, 6) ? null : (Half)(i * 0.5));
        Put<string?>(i => Hole(i, 8) ? null : i % 3 == 0 ? "Köln" : i % 3 == 1 ? "" : "New York");
        Put(i => $"row {i:D4} of the table");
        Put(i => Guid.Parse($"00000000-0000-0000-0000-{i:D12}"));
        Put<Date?>(i => Hole(i, 10) ? null : new Date(day.AddDays(i * 100 - 20000)));
        Put(i => DateTime.SpecifyKind(day.AddMilliseconds(i * 12345), DateTimeKind.Utc));
        Put<DateTime?>(i => Hole(i, 3) ? null : day.AddMicroseconds(i * 1234567));
        Put(i => new DateTimeNanos(day.AddMicroseconds(i * 123456)));
        Put<TimeSpan?>(i => Hole(i, 11) ? null : TimeSpan.FromSeconds(i * 1.5));
        Put<decimal?>(i => Hole(i, 12) ? null : (i * 1.001m) - 100);
        Put<byte[]?>(i => Hole(i, 2) ? null : [(byte)i]);
        Put<int?[]?>(i => Hole(i, 13) ? null : [.. Enumerable.Range(0, i % 4)]);

        void Put<T>(Func<int, T> value)
        {
            using var writer = group.NextColumn().LogicalWriter<T>();
            writer.WriteBatch([.. rows.Select(value)]);
        }
    }

    file.Close();
}
