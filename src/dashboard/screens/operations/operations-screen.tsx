import { useRoute } from 'wouter';
import { OperationDetail } from './operation-detail.tsx';
import { OperationList } from './operation-list.tsx';
import styles from './operations.module.css';

/** Retries and replays of many deliveries: all of them, or the one that the address names. */
export default function OperationsScreen() {
  const [, params] = useRoute('/operations/:id');
  return (
    <div className={styles.screen}>
      {params ? <OperationDetail key={params.id} id={params.id} /> : <OperationList />}
    </div>
  );
}
