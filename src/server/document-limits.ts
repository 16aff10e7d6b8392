import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { OperationTooComplexError } from './operation-too-complex.ts';

/**
 * Limits on a document, whatever its variables are. A fragment counts each time it is spread, and `__typename` counts
 * like any field. GraphiQL's introspection has about 230 fields, 26 spreads and 17 levels.
 */
export const documentLimits = {
  fields: 1000,
  levels: 20,
  aliases: 100,
  directives: 100,
  fragments: 200,
} as const;

/** The longest name in a document, such as an alias, which the response repeats for each object. */
const maxNameLength = 255;

type Measure = keyof typeof documentLimits;
type Measures = Readonly<Record<Measure, number>>;

const none: Measures = { fields: 0, levels: 0, aliases: 0, directives: 0, fragments: 0 };

/**
 * Checks a document before it is validated, because validation compares fields pairwise. Takes time in proportion to
 * the text, however its fragments are nested. A fragment that contains itself is left to validation.
 *
 * @throws OperationTooComplexError with the measure, its value and the limit.
 */
export function checkDocumentLimits(document: DocumentNode): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  check('fragments', fragments.size);
  check('directives', countDirectives(document));
  checkNames(document);
  const measured = new Map<string, Measures>();
  const measureFragment = (name: string): Measures => {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, none);
    const found = fragments.get(name);
    const measures = found ? measure(found.selectionSet) : none;
    measured.set(name, measures);
    return measures;
  };
  const measure = (set: SelectionSetNode): Measures => {
    let total = none;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const spread = measureFragment(selection.name.value);
        total = add(total, { ...spread, fragments: spread.fragments + 1 });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        total = add(total, measure(selection.selectionSet));
      } else {
        const below = selection.selectionSet ? measure(selection.selectionSet) : none;
        total = add(total, {
          ...below,
          fields: below.fields + 1,
          levels: below.levels + 1,
          aliases: below.aliases + (selection.alias ? 1 : 0),
        });
      }
    }
    return total;
  };
  let all = none;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) measureFragment(definition.name.value);
    else if (definition.kind === Kind.OPERATION_DEFINITION) all = add(all, measure(definition.selectionSet));
  }
  // Fragments that no operation uses are also checked, because validation processes them.
  for (const fragment of measured.values()) for (const name of measures) check(name, fragment[name]);
  for (const name of measures) check(name, all[name]);
}

const measures = Object.keys(documentLimits) as Measure[];

function check(name: Measure, count: number): void {
  if (count > documentLimits[name]) throw new OperationTooComplexError(name, count, documentLimits[name]);
}

function add(one: Measures, other: Measures): Measures {
  return {
    fields: one.fields + other.fields,
    levels: Math.max(one.levels, other.levels),
    aliases: one.aliases + other.aliases,
    directives: 0,
    fragments: one.fragments + other.fragments,
  };
}

function checkNames(document: DocumentNode): void {
  visit(document, {
    Name({ value }) {
      if (value.length <= maxNameLength) return;
      throw new OperationTooComplexError('characters in a name', value.length, maxNameLength);
    },
  });
}

function countDirectives(document: DocumentNode): number {
  let count = 0;
  visit(document, {
    Directive() {
      count += 1;
      return false;
    },
  });
  return count;
}
