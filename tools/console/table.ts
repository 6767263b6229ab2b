const GAP = '  '

/**
 * Rows as aligned columns. The first column is text, the others are numbers.
 * @param notes after a row, each as long as it likes
 */
export function table(headings: string[], rows: string[][], notes: string[] = []): string[] {
  const all = [headings, ...rows]
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  )
  return all.map((row, index) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? ''
      return column === 0 ? cell.padEnd(width) : cell.padStart(width)
    })
    return [...cells, notes[index - 1] ?? ''].join(GAP).trimEnd()
  })
}

/** Names and values. */
export function properties(values: (readonly [string, string])[]): string[] {
  const width = Math.max(...values.map(([name]) => name.length))
  return values.map(([name, value]) => `${name.padEnd(width)}${GAP}${value}`)
}

/** 23,123; below a hundred 12.5, and 12 where it is whole. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 })
}

export function oneDecimal(value: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
}
