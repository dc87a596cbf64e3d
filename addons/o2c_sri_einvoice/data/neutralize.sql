-- A copy must neither sign nor send in production, nor hold what signs.
UPDATE res_company
   SET o2c_sri_environment = '1',
       o2c_sri_certificate_id = NULL;
UPDATE o2c_sri_certificate
   SET secret = NULL,
       secret_password = NULL,
       has_secret = false;
