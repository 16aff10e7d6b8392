import { useRoute } from 'wouter';
import pageStyles from '../../components/page.module.css';
import { OperationDetail } from './operation-detail.tsx';
import { OperationList } from './operation-list.tsx';

/** The routes of the bulk operations: the list, and the page of the one that the URL names. */
export default function OperationsScreen() {
  const [, params] = useRoute('/operations/:id');
  return (
    <div className={pageStyles.page}>
      {params ? <OperationDetail key={params.id} id={params.id} /> : <OperationList />}
    </div>
  );
}
