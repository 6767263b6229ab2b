import ts from 'typescript'

/** A block of code in a page, below the name of the file that it is from, and of what is declared there. */
const EXCERPT = /<!-- from ([\w./-]+)(?:#([\w.]+))? -->\n\n```(\w+)\n[^]*?\n```/g

/**
 * A page whose excerpts are what the files say now: a declaration with its comment (`file.ts#name`, `file.ts#Class.method`), or
 * the whole file, without its imports.
 *
 * @param read the content of a file, by its path from the workspace's directory
 * @throws Error when a file declares nothing of that name
 */
export function withExcerpts(page: string, read: (path: string) => string): string {
  return page.replace(EXCERPT, (_, path: string, name: string | undefined, language: string) => {
    const mark = name === undefined ? path : `${path}#${name}`
    return `<!-- from ${mark} -->\n\n\`\`\`${language}\n${excerpt(path, read(path), name)}\n\`\`\``
  })
}

/** Where each excerpt of a page is from. */
export function excerptsIn(page: string): string[] {
  return [...page.matchAll(EXCERPT)].map(([, path, name]) => (name ? `${path}#${name}` : path!))
}

function excerpt(path: string, text: string, name: string | undefined): string {
  if (!path.endsWith('.ts')) return text.trim()
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const shown =
    name === undefined
      ? source.statements.filter((statement) => !ts.isImportDeclaration(statement))
      : [found(source, name)]
  const [first, last] = [shown.at(0), shown.at(-1)]
  if (!first || !last) throw new Error(`${path} has nothing to show but imports.`)
  const margin = / *$/.exec(text.slice(0, first.getStart()))?.[0] ?? ''
  return text
    .slice(first.getFullStart(), last.end)
    .replace(/^\s*\n/, '')
    .replaceAll(new RegExp(`^${margin}`, 'gm'), '')
    .trim()
}

function found(source: ts.SourceFile, name: string): ts.Node {
  const [outer, inner] = name.split('.')
  const declared = source.statements.find((each) => namesOf(each).includes(outer!))
  const node =
    inner === undefined || !declared || !ts.isClassDeclaration(declared)
      ? declared
      : declared.members.find((member) => member.name?.getText() === inner)
  if (!node) throw new Error(`${source.fileName} declares no ${name}.`)
  return node
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((each) => each.name.getText())
  }
  const name = (statement as ts.Statement & { name?: ts.Node }).name
  return name ? [name.getText()] : []
}
