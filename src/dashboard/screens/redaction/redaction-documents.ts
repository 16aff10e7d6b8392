import { graphql } from '../../generated/gql.ts';
import type { RedactionQuery as RedactionData } from '../../generated/graphql.ts';

export const RedactionQuery = graphql(/* GraphQL */ `
  query Redaction {
    viewer { tenant { id redaction { paths scanCardNumbers } } }
  }
`);

export const UpdateRedactionMutation = graphql(/* GraphQL */ `
  mutation UpdateRedaction($input: UpdateRedactionInput!) {
    updateRedaction(input: $input) {
      __typename
      ... on Tenant { id redaction { paths scanCardNumbers } }
      ... on Error { message }
      ... on BadUserInputError { argument }
    }
  }
`);

export type Redaction = RedactionData['viewer']['tenant']['redaction'];
