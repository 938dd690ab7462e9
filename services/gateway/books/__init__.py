"""Books as people read them: their tables in German, on paper and as a workbook, made in the background."""
