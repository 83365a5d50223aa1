"""What the exports of QQ share: accounts and names, notices that are events, rows and batches, cutting text logs."""
