# Writes every table of the list that R holds, as people write theirs, and what R says its values are.
# Arguments: the list, the folder.
arguments <- commandArgs(trailingOnly = TRUE)
list <- read.delim(arguments[1], header = FALSE, comment.char = "#", quote = "", colClasses = "character",
                   col.names = c("name", "package", "how", "source", "truth"))
folder <- arguments[2]
holes <- c("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
           "NULL", "NaN", "n/a", "nan", "null", "?")

load <- function(source) {                                            # "package::item" or "package::item(file)"
  package <- sub("::.*", "", source)
  item <- sub("\\(.*", "", sub(".*::", "", source))
  file <- if (grepl("(", source, fixed = TRUE)) sub(".*\\((.*)\\)", "\\1", source) else item
  where <- new.env()
  suppressWarnings(suppressMessages(data(list = file, package = package, envir = where)))
  as.data.frame(get(item, envir = where, inherits = FALSE))
}

# Columns of plain types: text, numbers, logical values. Dates and moments become text as write.csv would write them.
plain <- function(x) {
  if (is.factor(x)) return(enc2utf8(as.character(x)))
  if (inherits(x, "Date")) return(as.character(x))
  if (inherits(x, "POSIXt")) return(format(x))
  if (is.logical(x)) return(as.vector(x))
  if (is.numeric(x)) { attributes(x) <- NULL; return(x) }
  enc2utf8(as.character(x))
}

json <- function(x) {
  if (is.numeric(x)) return(ifelse(is.finite(x), sprintf("%.17g", as.double(x)), "null"))
  if (is.logical(x)) return(ifelse(is.na(x), "null", ifelse(x, "\"True\"", "\"False\"")))
  quoted <- gsub("\"", "\\\"", gsub("\\", "\\\\", x, fixed = TRUE), fixed = TRUE)
  quoted <- gsub("\t", "\\t", gsub("\r", "\\r", gsub("\n", "\\n", quoted, fixed = TRUE), fixed = TRUE), fixed = TRUE)
  ifelse(is.na(x) | trimws(x) %in% holes, "null", paste0("\"", quoted, "\""))
}

reference <- function(x, name, header) {
  file <- file(file.path(folder, "reference", paste0(name, ".jsonl")), "wb")
  writeLines(paste0("{\"header\":", if (header) "true" else "false", ",\"columns\":[",
                    paste(json_names(names(x)), collapse = ","), "]}"), file, useBytes = TRUE)
  rows <- do.call(paste, c(unname(lapply(x, json)), sep = ","))
  writeLines(paste0("[", rows, "]"), file, useBytes = TRUE)
  close(file)
}

json_names <- function(x) ifelse(x == "", "\"\"", json(x))

for (i in which(list$truth == "R")) {
  row <- list[i, ]
  data <- load(row$source)
  typed <- vapply(data, function(x) is.factor(x) || is.character(x), TRUE)
  labels <- row.names(data)
  data[] <- lapply(data, plain)
  quote <- if (any(typed)) which(typed) else TRUE                     # dates are not quoted
  with_labels <- row$how %in% c("write.csv", "write.csv2", "write.table", "gz")
  path <- file.path(folder, row$name)
  if (row$how == "pandas") {
    labels <- seq_len(nrow(data)) - 1
    with_labels <- TRUE                                               # write.py writes the table from its reference
  } else if (row$how == "write.csv") { write.csv(data, path, quote = quote)
  } else if (row$how == "write.csv-norownames") { write.csv(data, path, quote = quote, row.names = FALSE)
  } else if (row$how == "write.csv2") { write.csv2(data, path, quote = quote)
  } else if (row$how == "write.table") { write.table(data, path, quote = quote)
  } else if (row$how == "write.tab") { write.table(data, path, quote = quote, sep = "\t", row.names = FALSE)
  } else if (row$how == "noheader") {
    write.table(data, path, quote = quote, sep = ",", row.names = FALSE, col.names = FALSE, qmethod = "double")
  } else if (row$how == "gz") {
    file <- gzfile(path, "wb"); write.csv(data, file, quote = quote); close(file)
  } else if (row$how == "bom-crlf") {
    file <- file(path, "wb")
    writeBin(as.raw(c(0xEF, 0xBB, 0xBF)), file)
    write.csv(data, file, quote = quote, row.names = FALSE, eol = "\r\n")
    close(file)
  } else stop("unknown way: ", row$how)
  if (with_labels) {
    named <- names(data)
    data <- cbind(data.frame(labels, stringsAsFactors = FALSE), data)
    names(data) <- c("", named)
  }
  reference(data, row$name, row$how != "noheader")
}
